"""What is shown, as plain values and sentences in the person's language; the window and the command line both draw from here."""

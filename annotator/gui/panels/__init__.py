"""What stands around the picture: one module a panel, each refreshed by the window and each able to say itself in another language."""

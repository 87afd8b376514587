"""The command line: one file a command, offered as `COMMAND`; no command loads Qt before a window is asked for."""

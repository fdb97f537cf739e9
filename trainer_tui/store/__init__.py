"""The local JSON store: `Workspace` keeps everything of one trainer in one folder."""

"""Reading the official files and our own: a country a folder, behind one interface."""

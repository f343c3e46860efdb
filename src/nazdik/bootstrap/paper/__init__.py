"""What a control room works with when its screens are dark: sheets to print, and a pack that opens without the server."""

"""What people do from Discord: slash commands, message menus, buttons and forms."""

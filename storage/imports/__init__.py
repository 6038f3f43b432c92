"""导入: reads the county's spreadsheets, checks every cell, and brings the store up to date."""

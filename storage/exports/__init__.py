"""导出: what the store holds, as tables the office can open, and can import again."""

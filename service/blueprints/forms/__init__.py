"""What a form or an address says, checked and typed; a file per noun."""

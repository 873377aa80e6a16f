"""What an organization says of itself once and uses everywhere: who it is by law, where it works, tax, bank, numbering."""

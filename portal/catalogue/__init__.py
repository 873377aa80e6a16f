"""What is sold, what it costs and what it is sold for: products, price sheets, price lists."""

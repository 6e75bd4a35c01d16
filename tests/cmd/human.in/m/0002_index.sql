-- codes are looked up
CREATE INDEX orders_code ON orders (code);

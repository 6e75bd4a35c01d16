S
UPDATE pt SET b=b;

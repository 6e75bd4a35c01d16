U
CREATE SEQUENCE sq;
SELECT nextval('sq');

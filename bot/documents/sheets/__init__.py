"""Tables as people keep them: reading whatever file one comes in, and writing workbooks."""

"""The database: transactions, column types, the audit trail."""

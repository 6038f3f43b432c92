"""What is owed, why and why not: policy documents as data, and one pure evaluator."""

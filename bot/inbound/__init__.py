"""A person speaks: callback, dedupe, identity, understanding, and the pipeline that calls them in that order."""

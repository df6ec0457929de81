"""Every defensible variant of the analysis: specifications, universes, what they say."""

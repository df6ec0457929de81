"""A synthetic cohort that satisfies every count a study printed.

The way through the package: `women.reconstruct_women` orders the women (`apportionment`), deals
them the facts of the block `assumed` so that no two facts are associated (`dealing`), gives them
ages and dates (`ages`), and checks the result against every printed count (`counts`). `sheets`
sets it down as a hospital would keep it. No random number is drawn.
"""

"""From a strange workbook to a first codebook, with every doubt marked."""

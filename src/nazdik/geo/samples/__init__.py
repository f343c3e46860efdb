"""The three regions that ship as samples, and the generator of the Khuzestan streets."""

from nazdik.geo.samples.catalogue import SAMPLES, Sample, build_samples

__all__ = ["SAMPLES", "Sample", "build_samples"]

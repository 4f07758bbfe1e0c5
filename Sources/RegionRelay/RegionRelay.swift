// RegionRelay

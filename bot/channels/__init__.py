"""The places 小爱 can live: one file each."""

"""地点推荐: somewhere to go, eat or shop, around a spot or in a city."""

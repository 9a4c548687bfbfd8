"""步行规划, 骑行规划, 驾车规划, 公交规划: how to get there, and how long it takes."""

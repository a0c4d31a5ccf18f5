def measure_scale(a, b, c):
    return {}

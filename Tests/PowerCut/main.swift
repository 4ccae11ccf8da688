print("nothing is simulated yet")

print("lotwire")

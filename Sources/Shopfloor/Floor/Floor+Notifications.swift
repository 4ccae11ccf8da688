extension Floor {
  mutating func applyThreshold(_ crossing: ThresholdCrossing) {
    let key = ThresholdKey(subscription: crossing.subscription, threshold: crossing.threshold)
    crossedThresholds[key] = crossing.isReturn ? nil : crossing
  }
}

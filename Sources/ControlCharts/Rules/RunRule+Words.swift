/// Sentences for people. The parameters always stand in them: "rule 3" alone says nothing, as houses number and
/// parametrise the rules differently.
extension RunRule {
  public var english: String {
    switch self {
    case .beyondLimits:
      "1 point beyond a control limit"
    case .beyond(1, 1, let sigmas, _):
      "1 point beyond \(sigmas) sigma"
    case .beyond(let count, let window, let sigmas, _) where count == window:
      "\(count) points in a row beyond \(sigmas) sigma on one side"
    case .beyond(let count, let window, let sigmas, let isPartial):
      "\(count) of \(window) points beyond \(sigmas) sigma on one side"
        + (isPartial ? "" : ", once the window is full")
    case .run(let points):
      "\(points) points in a row on one side of the centre line"
    case .trend(let points, .break):
      "\(points) points in a row rising or falling"
    case .trend(let points, .ignore):
      "\(points) points in a row rising or falling, equal values left out"
    case .alternation(let points):
      "\(points) points in a row going up and down in turn"
    case .withinOneSigma(let points):
      "\(points) points in a row within 1 sigma of the centre line"
    case .outsideOneSigma(let points, true):
      "\(points) points in a row beyond 1 sigma, on both sides"
    case .outsideOneSigma(let points, false):
      "\(points) points in a row beyond 1 sigma, on either side"
    case .opposite(let sigmas, let window):
      "within \(window) points of one run, one above +\(sigmas) sigma and one below -\(sigmas) sigma"
    }
  }

  public var chinese: String {
    switch self {
    case .beyondLimits:
      "1点超出控制限"
    case .beyond(1, 1, let sigmas, _):
      "1点超出\(sigmas)σ线"
    case .beyond(let count, let window, let sigmas, _) where count == window:
      "连续\(count)点在同一侧超出\(sigmas)σ线"
    case .beyond(let count, let window, let sigmas, let isPartial):
      "连续\(window)点中有\(count)点在同一侧超出\(sigmas)σ线" + (isPartial ? "" : "（须满\(window)点）")
    case .run(let points):
      "连续\(points)点在中心线同一侧"
    case .trend(let points, .break):
      "连续\(points)点递增或递减"
    case .trend(let points, .ignore):
      "连续\(points)点递增或递减（相等的点不计）"
    case .alternation(let points):
      "连续\(points)点上下交替"
    case .withinOneSigma(let points):
      "连续\(points)点在中心线1σ以内"
    case .outsideOneSigma(let points, true):
      "连续\(points)点超出1σ线，且两侧都有"
    case .outsideOneSigma(let points, false):
      "连续\(points)点超出1σ线，不论哪一侧"
    case .opposite(let sigmas, let window):
      "同一批次的\(window)点内，一点高于+\(sigmas)σ，另一点低于-\(sigmas)σ"
    }
  }
}

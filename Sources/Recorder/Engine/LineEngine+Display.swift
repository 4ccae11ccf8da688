public import Shopfloor

extension LineEngine {
  /// What a display shows of a parameter.
  public struct ParameterView: Sendable, Hashable {
    public var plan: ParameterPlan
    public var latest: LatestReading?
    /// What a text point says.
    public var text: String?
  }

  /// The parameters of every station in the order of its plan, with their latest readings. One walk over all of them:
  /// this runs on the recorder's thread.
  public func latestReadings() -> [StationName: [ParameterView]] {
    var views: [StationName: [ParameterView]] = [:]
    for station in stations {
      views[station.plan.name] = zip(station.plan.parameters, station.slots).map { plan, slot in
        ParameterView(plan: plan, latest: slot.flatMap { pulses[$0].latest }, text: slot.flatMap { texts[UInt32($0)] })
      }
    }
    return views
  }

  /// How many cycles the active run of a station has begun.
  public func cycleCount(at station: StationName) -> Int {
    guard let index = stationIndex(station), floor.station(station).activeRun != nil else { return 0 }
    return stations[index].cycles?.countInRun ?? 0
  }
}

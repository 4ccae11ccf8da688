public import Shopfloor

extension LineEngine {
  /// What a display shows of a parameter.
  public struct ParameterView: Sendable, Hashable {
    public var plan: ParameterPlan
    public var latest: LatestReading?
  }

  /// The parameters of a station in the order of its plan, with their latest readings.
  public func latestReadings(at station: StationName) -> [ParameterView] {
    guard let index = stationIndex(station) else { return [] }
    return zip(stations[index].plan.parameters, stations[index].slots).map { plan, slot in
      ParameterView(plan: plan, latest: slot.flatMap { pulses[$0].latest })
    }
  }

  /// How many cycles the active run of a station has begun.
  public func cycleCount(at station: StationName) -> Int {
    guard let index = stationIndex(station), floor.station(station).activeRun != nil else { return 0 }
    return stations[index].cycles?.countInRun ?? 0
  }
}

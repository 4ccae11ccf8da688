import Devices
import Shopfloor

/// Holds the series of a lot as long as they are few readings, and sums them up once they are many.
struct SeriesGatherer {
  private struct Open {
    var parameter: RegisteredParameter
    var readings: [Reading] = []
    var summarizer: (any SeriesSummarizer)?
  }

  private(set) var finished: [RunSeries] = []
  private let most: Int
  private let make: (() -> any SeriesSummarizer)?
  private var run: RunID?
  private var open: [Open] = []
  private var count = 0
  private var sumsUp = false

  init(_ wanted: EvidenceSeries) {
    switch wanted {
    case .readings, .none: (most, make) = (.max, nil)
    case .summariesAbove(let readings, let make): (most, self.make) = (readings, make)
    }
  }

  mutating func begin(_ run: Run, _ parameters: [RegisteredParameter]) {
    self.run = run.id
    open = parameters.map { Open(parameter: $0) }
  }

  /// Takes the next readings of the parameter at that place, in time order.
  mutating func add(_ readings: ArraySlice<Reading>, at place: Int) {
    guard !readings.isEmpty else { return }
    count += readings.count
    if count > most, !sumsUp { beginSummingUp() }
    guard sumsUp, let make else {
      open[place].readings.append(contentsOf: readings)
      return
    }
    // One summarizer a parameter of the run that passes: the memory does not grow with the readings.
    if open[place].summarizer == nil { open[place].summarizer = make() }
    open[place].summarizer?.add(readings)
  }

  private mutating func beginSummingUp() {
    guard let make else { return }
    sumsUp = true
    func summary(_ readings: [Reading]) -> SeriesAbstract {
      var summarizer = make()
      summarizer.add(readings[...])
      return summarizer.summary()
    }
    finished = finished.map { series in
      RunSeries(run: series.run, parameter: series.parameter, summary: summary(series.readings))
    }
    for place in open.indices where !open[place].readings.isEmpty {
      var summarizer = make()
      summarizer.add(open[place].readings[...])
      open[place].readings = []
      open[place].summarizer = summarizer
    }
  }

  /// Ends the run; parameters without a reading have no series.
  mutating func end() {
    guard let run else { return }
    for place in open.indices {
      if let summary = open[place].summarizer?.summary() {
        finished.append(RunSeries(run: run, parameter: open[place].parameter, summary: summary))
      } else if !open[place].readings.isEmpty {
        finished.append(RunSeries(run: run, parameter: open[place].parameter, readings: open[place].readings))
      }
    }
    open = []
    self.run = nil
  }
}

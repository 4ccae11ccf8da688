// The floor of the charts: the eight tests of Nelson on bit histories in plain C, alone and with EWMA, CUSUM and running
// moments. It knows these eight rules with their usual parameters only.
#ifndef PLAIN_C_CHARTS_H
#define PLAIN_C_CHARTS_H

#include <stdint.h>

typedef struct {
  uint32_t above, below, above_one, below_one, above_two, below_two, up, down;
  double previous;
  uint32_t seen;
} charts_rules;

typedef struct {
  double center, upper_one, lower_one, upper_two, lower_two, upper_three, lower_three;
} charts_lines;

typedef struct {
  charts_rules rules;
  double average, variance, high, low;
  uint32_t points_high, points_low;
  int64_t count;
  double mean, squares;
} charts_core;

typedef struct {
  charts_lines lines;
  double target, sigma;
} charts_limits;

// Takes `points` points, in turn over `charts` charts; `values` holds `value_count` of them, a power of two, and is gone
// through again and again. Returns how many points fired: the two engines must agree on it.
int64_t charts_take_rules(charts_rules *states, const charts_lines *lines, int64_t charts, const double *values,
                          int64_t value_count, int64_t points);
int64_t charts_take_all(charts_core *states, const charts_limits *limits, int64_t charts, const double *values,
                        int64_t value_count, int64_t points);

// How many blocks the calling thread has asked the allocator for so far, in C and in Swift.
int64_t charts_allocations(void);

#endif

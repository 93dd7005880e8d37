// What a run says: progress on stderr, a table on stdout, JSON in a file.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "bench/moment.h"
#include "bench/quantiles.h"

namespace holdfast::bench {

// One line that is written over on a terminal, a new one every two seconds elsewhere.
class Progress {
 public:
  explicit Progress(bool quiet = false) : quiet_(quiet) {}
  ~Progress() { end_line(); }
  void phase(const std::string& what);
  void at(std::uint64_t done, std::uint64_t total);

 private:
  void end_line();
  const bool quiet_;
  std::string phase_;
  Moment shown_{};
  bool open_line_ = false;
};

// What the machine was doing meanwhile: a figure from a busy one is worth little.
struct Machine {
  static std::string load();  // of 1, 5 and 15 minutes
  static std::string kernel();
  static unsigned cpus();
};

class Report {
 public:
  // `bench` is the sub-command; `options` what it was told, as JSON.
  Report(std::string bench, json::Object options);

  // A row of the table, under `section`; also result.<section>.<name> in the JSON.
  void number(const std::string& section, const std::string& name, double value,
              const std::string& unit, const std::string& goal = "");
  void count(const std::string& section, const std::string& name, std::uint64_t value);
  void delays(const std::string& section, const Quantiles& delays, const std::string& goal = "");
  void text(const std::string& section, const std::string& name, const std::string& value);

  std::string table() const;
  json::Object to_json() const;
  // Prints the table, and writes the file when one is named.
  Result<void> publish(const std::string& json_file);

 private:
  struct Row {
    std::string section;
    std::string name;
    std::string value;
    std::string goal;
  };
  void put(const std::string& section, const std::string& name, json::Value value);

  const std::string bench_;
  const json::Object options_;
  const std::string load_at_start_;
  std::vector<Row> rows_;
  json::Object result_;
};

}  // namespace holdfast::bench

// The record of several moderators, in etcd. Loop thread.
//
//   <prefix>record              the record (record_text.h)
//   <prefix>moderators/<name>   {"life","listens","primary_unhealthy","redundant_unhealthy"}, under
//                               a lease: who is at work, and what it thinks
//
// A write is a transaction on the condition that the record is still, byte for byte, what this
// moderator last saw: not only its epoch, for an order to freeze does not change that. Whoever
// loses is told what stands there now. A write whose answer was lost is found by the next look: the
// record is what was to be written, or it is not.
//
// Every poll_ms it looks at everything under the prefix. One call is under way at a time, so what
// it knows never goes back to an older answer. While etcd does not answer, nothing is stored and
// nothing is heard, and status() says why.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/moderate/etcd_client.h"
#include "app/moderate/record_store.h"
#include "app/moderate/record_text.h"
#include "base/random.h"

namespace holdfast::app {

class EtcdRecords final : public RecordStore {
 public:
  struct Config {
    EtcdEndpoints endpoints;
    std::string prefix = "/holdfast/";
    Ms poll{500};
    std::string name;     // of this moderator, among all
    std::string listens;  // for people who look for it
    VerdictKeys keys;
  };

  // `loop` must outlive it.
  EtcdRecords(net::Loop& loop, Random& random, Config config);

  void start(Events events) override;
  void store(const moderator::Record& record, Then then) override;
  void tell(const moderator::Colleague& view) override;
  Status status() const override;

 private:
  void poll();
  void polled(const Result<json::Object>& answer, bool announced);
  void stored(const Result<json::Object>& answer, const std::string& text, const Then& then);
  // What stands in etcd now; empty: nothing.
  void saw(std::optional<std::string> text);
  // `announced`: the entry under our name should be ours.
  void saw_colleagues(const std::map<std::string, std::string>& present, bool announced);
  void saw_namesake();
  void set_trouble(std::string why);

  void announce();
  void put_presence(const std::string& lease);

  net::Loop& loop_;
  Config config_;
  std::string life_;  // of this process: two under one name would not notice
  Events events_;
  EtcdClient client_;
  net::Timer next_poll_;

  bool loaded_ = false;
  bool storing_ = false;
  std::optional<std::string> known_;  // the record's text as last seen or written
  std::string unreadable_;            // why that is no record
  std::string trouble_;

  EtcdClient presence_;
  net::Timer next_presence_;
  moderator::Colleague view_;
  std::map<std::string, Colleague> others_;  // all that were ever seen
  std::vector<moderator::Colleague> at_work_;
  bool announced_ = false;
  std::optional<MonoMs> namesake_seen_;
};

}  // namespace holdfast::app

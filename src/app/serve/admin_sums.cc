#include "app/serve/admin_sums.h"

#include "app/admin/sums_json.h"

namespace holdfast::app {
namespace {

constexpr std::size_t kPageBytes = 1u << 20;

// One request on its way through the journal: each page asks for the next.
class Walk : public std::enable_shared_from_this<Walk> {
 public:
  Walk(net::Loop& loop, AdminSums::WithJournal with_journal, net::Responder respond,
       replication::Mark mark)
      : loop_(loop),
        with_journal_(std::move(with_journal)),
        respond_(std::move(respond)),
        summer_(std::move(mark)) {}

  void step() {
    const bool taken = with_journal_(
        [self = shared_from_this()](journal::Journal& journal) { self->read_page(journal); });
    if (!taken)
      answer(net::HttpResponse::json(
          503, R"({"code":4003,"name":"not_ready","why":"no journal is open now"})"));
  }

 private:
  void read_page(journal::Journal& journal) {
    const auto page = journal.read_arrivals(after_, kPageBytes);
    if (!page) {
      return answer(net::HttpResponse::json(
          503, R"({"code":4004,"name":"journal_failed","why":"the journal cannot be read"})"));
    }
    for (const auto& stored : page->entries) {
      summer_.add(stored.entry);
      after_ = stored.arrival;
    }
    if (!page->more) return answer(net::HttpResponse::json(200, sums_json(summer_.sums())));
    // From the loop's thread: a reading thread that gives itself work could not be stopped.
    loop_.post([self = shared_from_this()] { self->step(); });
  }

  void answer(net::HttpResponse response) {
    loop_.post([respond = respond_, response = std::move(response)] { respond(response); });
  }

  net::Loop& loop_;
  const AdminSums::WithJournal with_journal_;
  const net::Responder respond_;
  replication::ChatSummer summer_;
  journal::Arrival after_;
};

}  // namespace

bool AdminSums::handle(const net::HttpRequest& request, const net::Responder& respond) {
  if (request.path() != "/v1/admin/sums" || request.method != "POST") return false;
  auto mark = read_mark(request.body);
  if (!mark) {
    respond(net::HttpResponse::json(
        400, R"({"code":4300,"name":"bad_frame","why":"mark: )" + mark.error().why + "\"}"));
    return true;
  }
  std::make_shared<Walk>(loop_, with_journal_, respond, std::move(*mark))->step();
  return true;
}

}  // namespace holdfast::app

// What people order: a switch, freeze, maintenance. Orders are carried out one after the other,
// each when the one before is durable, and each is answered once.
#include <fmt/format.h>

#include <utility>

#include "moderator/moderator_impl.h"

namespace holdfast::moderator {
namespace {

constexpr std::size_t kOrdersMax = 16;

constexpr std::string_view kEpochUnknown =
    "no deployment has told its epoch yet: a verdict given now might be older";

std::string lag_text(Deployment to, const Watch& from) {
  const std::string_view name = name_of(from.deployment());
  if (!from.answers()) {
    return fmt::format("{} does not answer: what it alone holds is not known", name);
  }
  if (from.behind() == 0) return fmt::format("{} holds all that {} holds", name_of(to), name);
  return fmt::format("{} entries of {} are not yet in both", from.behind(), name);
}

}  // namespace

std::string frozen_text(bool frozen) {
  return frozen ? "frozen: no automatic moves" : "automatic moves are allowed";
}

void ModeratorImpl::on(const ManualSwitch& input, Now) {
  take_order(input);
}

void ModeratorImpl::on(const Maintain& input, Now) {
  take_order(input);
}

// In force at once: the big red switch must work while the disk is full.
void ModeratorImpl::on(const Freeze& input, Now now) {
  if (keeper_.frozen() != input.on) {
    keeper_.freeze(input.on);
    note(LogLevel::kInfo, fmt::format("{} (by {})", frozen_text(input.on), input.by), now);
  }
  take_order(input);
}

void ModeratorImpl::take_order(Order order) {
  if (orders_.size() < kOrdersMax) {
    orders_.push_back(std::move(order));
    return;
  }
  const auto request = std::visit([](const auto& it) { return it.request; }, order);
  reply(request, false, "too many orders at once");
}

void ModeratorImpl::carry_out(const ManualSwitch& order, Now now) {
  if (!settled()) return reply(order.request, false, std::string(kEpochUnknown));
  const auto& maintenance = keeper_.maintenance();
  if (maintenance && maintenance->deployment == order.to) {
    // Somebody may have it open on a bench.
    const std::string_view name = name_of(order.to);
    return reply(order.request, false,
                 fmt::format("{} is in maintenance (by {}); end that first: holdfast maintenance "
                             "end {}",
                             name, maintenance->by, name));
  }
  if (std::string why = refusal_of(order, now); !why.empty()) {
    note(LogLevel::kWarn, fmt::format("the switch to {} is refused: {}", name_of(order.to), why),
         now);
    return reply(order.request, false, std::move(why));
  }
  cancel_waiting("another switch was ordered");
  if (!order.wait_for_barrier || keeper_.log().active() == order.to) return switch_now(order, now);
  waiting_ = order;
  barrier_.raise(order.to, now.mono);
  note(LogLevel::kInfo,
       fmt::format("the switch to {} waits until it holds all that {} holds", name_of(order.to),
                   name_of(other(order.to))),
       now);
}

void ModeratorImpl::carry_out(const Freeze& order, Now now) {
  const std::string text = frozen_text(order.on);
  keeper_.freeze(order.on);
  if (keeper_.freeze_is_stored()) return reply(order.request, true, text);
  store(keeper_.store_as_it_is({order.request, text}, now));
}

void ModeratorImpl::carry_out(const Maintain& order, Now now) {
  order.on ? begin_maintenance(order, now) : end_maintenance(order, now);
}

void ModeratorImpl::begin_maintenance(const Maintain& order, Now now) {
  if (!settled()) return reply(order.request, false, std::string(kEpochUnknown));
  if (const auto& present = keeper_.maintenance()) {
    const std::string_view name = name_of(present->deployment);
    if (present->deployment == order.deployment) {
      return reply(order.request, true, maintenance_status(now)->text);
    }
    return reply(order.request, false,
                 fmt::format("{} is in maintenance (by {}), and one of the two must stay: end that "
                             "first: holdfast maintenance end {}",
                             name, present->by, name));
  }
  if (waiting_ && waiting_->to == order.deployment) {
    cancel_waiting(fmt::format("{} is taken into maintenance", name_of(order.deployment)));
  }
  Maintenance maintenance{order.deployment, order.by, now.wall, {}, false};
  std::string told = fmt::format("{} is in maintenance", name_of(order.deployment));
  store(keeper_.store_maintenance(std::move(maintenance), {order.request, std::move(told)}, now));
}

void ModeratorImpl::end_maintenance(const Maintain& order, Now now) {
  const std::string_view name = name_of(order.deployment);
  const auto& present = keeper_.maintenance();
  if (!present || present->deployment != order.deployment) {
    return reply(order.request, false, fmt::format("{} is not in maintenance", name));
  }
  std::string told = fmt::format("the maintenance of {} is over", name);
  store(keeper_.store_maintenance(std::nullopt, {order.request, std::move(told)}, now));
}

void ModeratorImpl::switch_now(const ManualSwitch& order, Now now) {
  std::string told =
      fmt::format("{} is active with epoch {}; {}", name_of(order.to), keeper_.log().next(order.to),
                  lag_text(order.to, watch(other(order.to))));
  if (const std::string apart = incompatible(); !apart.empty()) told += "; " + apart;
  store(keeper_.mint(order.to, fmt::format("{}: ordered by {}", kWhyManual, order.by), false,
                     {order.request, std::move(told)}, now));
}

void ModeratorImpl::cancel_waiting(std::string why) {
  if (const auto order = std::exchange(waiting_, std::nullopt)) {
    reply(order->request, false, std::move(why));
  }
}

}  // namespace holdfast::moderator

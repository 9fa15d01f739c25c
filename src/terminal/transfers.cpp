#include "terminal/transfers.hpp"

#include <algorithm>
#include <cmath>

#include "support/text.hpp"
#include "support/time.hpp"
#include "systemd/job.hpp"

namespace k8s_node::cli {

namespace {

using Seconds = std::chrono::duration<double>;

/// The time constant of smoothing: long enough for a readable figure, short enough for the estimate
/// to follow a connection that became slow.
constexpr Seconds memory{3};

double smoothed(double before, double now, Seconds since) {
    return before == 0 ? now : now + (before - now) * std::exp(-since / memory);
}

std::string time_left(double bytes, double rate) {
    const auto left = std::chrono::seconds(static_cast<std::int64_t>(std::ceil(bytes / rate)));
    return left < std::chrono::seconds(10) ? std::to_string(left.count()) + " s"
                                           : human_duration(left);
}

} // namespace

void Transfers::progress(const std::string& artifact, std::uint64_t bytes, std::uint64_t total,
                         Clock::time_point now) {
    const auto [place, is_new] = transfers_.try_emplace(artifact);
    auto& transfer = place->second;
    const Seconds since = now - transfer.seen;
    // Fewer bytes than before: the transfer was restarted.
    if (!is_new && bytes >= transfer.bytes && since > Seconds::zero()) {
        const auto gained = static_cast<double>(bytes - transfer.bytes);
        transfer.rate = smoothed(transfer.rate, gained / since.count(), since);
    }
    transfer.bytes = bytes;
    transfer.total = total;
    transfer.seen = now;
}

void Transfers::verified(const std::string& artifact) {
    transfers_[artifact].verified = true;
}

std::vector<std::string> Transfers::lines(std::size_t width) const {
    std::size_t longest = 0;
    for (const auto& [name, transfer] : transfers_) {
        longest = std::max(longest, name.size());
    }
    std::vector<std::string> lines;
    for (const auto& [name, transfer] : transfers_) {
        auto line = name + std::string(longest - name.size() + 2, ' ') + text(transfer);
        lines.push_back(line.substr(0, width));
    }
    return lines;
}

std::string Transfers::text(const Transfer& transfer) {
    if (transfer.verified) {
        return "verified, unpacking";
    }
    auto text = human_bytes(transfer.bytes);
    if (transfer.total > 0) {
        text += " of " + human_bytes(transfer.total);
    }
    if (transfer.rate < 1) {
        return text;
    }
    text += "  " + human_bytes(static_cast<std::uint64_t>(transfer.rate)) + "/s";
    if (transfer.total > transfer.bytes) {
        const auto rest = static_cast<double>(transfer.total - transfer.bytes);
        text += "  " + time_left(rest, transfer.rate) + " left";
    }
    return text;
}

} // namespace k8s_node::cli

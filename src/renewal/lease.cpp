#include "renewal/lease.hpp"

#include <nlohmann/json.hpp>

#include "cluster/api_error.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

using cluster::part_at;
using cluster::text_at;
using nlohmann::json;

constexpr const char* leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
constexpr long not_found = 404;
constexpr long conflict = 409;

/// Returns the time as MicroTime, which the API requires with its six digits.
std::string micro_time() {
    auto text = utc_text(utc_now());
    text.pop_back();
    return text + ".000000Z";
}

std::string holder_of(const json& lease) {
    return text_at(part_at(lease, "spec"), "holderIdentity");
}

} // namespace

std::optional<json> Lease::read() {
    const auto reply = transport_.send({"GET", std::string(leases) + "/" + name_});
    if (reply.status == not_found) {
        return std::nullopt;
    }
    if (reply.status != 200) {
        throw cluster::api_error(reply, "read Lease kube-system/" + name_);
    }
    return json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
}

/// Returns false if somebody else was faster.
bool Lease::write(const char* method, const json& object) {
    const bool is_new = std::string(method) == "POST";
    const auto reply = transport_.send({method, std::string(leases) + (is_new ? "" : "/" + name_),
                                        "application/json", object.dump()});
    if (reply.status == conflict) {
        return false;
    }
    if (reply.status >= 300) {
        throw cluster::api_error(reply, "write Lease kube-system/" + name_);
    }
    return true;
}

/// Returns the object to write: with the version of the one that was read, so that only one of two
/// that write at a time succeeds.
json Lease::object_with(const json& found, const std::string& holder) const {
    json metadata = {{"name", name_}, {"namespace", "kube-system"}};
    if (found.is_object()) {
        metadata["resourceVersion"] = text_at(part_at(found, "metadata"), "resourceVersion");
    }
    return {{"apiVersion", "coordination.k8s.io/v1"},
            {"kind", "Lease"},
            {"metadata", metadata},
            {"spec",
             {{"holderIdentity", holder},
              {"leaseDurationSeconds", time_.count()},
              {"renewTime", micro_time()}}}};
}

bool Lease::has_run_out(const json& spec, Clock::time_point now) {
    auto sign = text_at(spec, "holderIdentity") + " " + text_at(spec, "renewTime");
    if (sign != seen_) {
        seen_ = std::move(sign);
        seen_at_ = now;
    }
    const auto told = part_at(spec, "leaseDurationSeconds");
    const auto time = told.is_number_integer() ? std::chrono::seconds(told.get<int>()) : time_;
    return now - seen_at_ >= time;
}

std::optional<std::string> Lease::take(Clock::time_point now) {
    const auto found = read();
    const auto holder = found ? holder_of(*found) : "";
    if (!holder.empty() && holder != holder_ && !has_run_out(part_at(*found, "spec"), now)) {
        return holder;
    }
    return write(found ? "PUT" : "POST", object_with(found.value_or(json()), holder_))
               ? std::nullopt
               : std::optional<std::string>("another node");
}

void Lease::release() {
    const auto found = read();
    if (found && holder_of(*found) == holder_) {
        write("PUT", object_with(*found, ""));
    }
}

} // namespace k8s_node

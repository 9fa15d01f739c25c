#include "etcd/member_lock.hpp"

#include "cluster/json_text.hpp"
#include "etcd/etcd.hpp"
#include "kubeconfig/base64.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using cluster::part_at;
using cluster::text_at;
using nlohmann::json;

json key_question() {
    return {{"key", to_base64(MemberLock::key)}};
}

/// 64-bit numbers are texts in etcd's JSON; one that is 0 is left out.
std::int64_t number_at(const json& object, const char* name) {
    return parse_integer(text_at(object, name)).value_or(0);
}

} // namespace

std::optional<MemberLock::Held> MemberLock::read() {
    const auto reply = cluster_.ask("/v3/kv/range", key_question());
    const auto kvs = part_at(reply, "kvs");
    if (!kvs.is_array() || kvs.empty()) {
        return std::nullopt;
    }
    return Held{from_base64(text_at(kvs.front(), "value")).value_or(""),
                number_at(kvs.front(), "lease")};
}

/// Returns false if the lease has run out meanwhile.
bool MemberLock::prolong(std::int64_t lease) {
    const auto reply = cluster_.ask("/v3/lease/keepalive", {{"ID", std::to_string(lease)}});
    return number_at(part_at(reply, "result"), "TTL") > 0;
}

void MemberLock::revoke(std::int64_t lease) {
    try {
        cluster_.ask("/v3/lease/revoke", {{"ID", std::to_string(lease)}});
    } catch (const cluster::EtcdError&) { // it has run out, and the key went with it
    }
}

/// Returns who was faster; nullopt if nobody was.
std::optional<MemberLock::Held> MemberLock::put() {
    const auto lease =
        text_at(cluster_.ask("/v3/lease/grant", {{"TTL", std::to_string(time_.count())}}), "ID");
    auto absent = key_question();
    absent.update({{"target", "CREATE"}, {"result", "EQUAL"}, {"create_revision", "0"}});
    auto wanted = key_question();
    wanted.update({{"value", to_base64(holder_)}, {"lease", lease}});
    const json question = {{"compare", json::array({absent})},
                           {"success", json::array({{{"requestPut", wanted}}})}};
    if (cluster::flag_at(cluster_.ask("/v3/kv/txn", question), "succeeded")) {
        return std::nullopt;
    }
    revoke(parse_integer(lease).value_or(0));
    return read();
}

std::optional<std::string> MemberLock::take() {
    auto held = read();
    if (!held || (held->holder == holder_ && !prolong(held->lease))) {
        held = put();
    }
    return held && held->holder != holder_ ? std::optional(held->holder) : std::nullopt;
}

void MemberLock::release() {
    if (const auto held = read(); held && held->holder == holder_) {
        revoke(held->lease);
    }
}

} // namespace k8s_node

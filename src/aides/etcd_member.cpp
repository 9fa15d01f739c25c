#include "aides/etcd_member.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <unistd.h>

#include "aides/etcd_peers.hpp"
#include "cluster/json_text.hpp"
#include "etcd/entry.hpp"
#include "etcd/etcd.hpp"
#include "etcd/member_note.hpp"
#include "support/files.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using std::chrono::milliseconds;

/// A member that starts again need not wait for others that are down.
constexpr milliseconds glance{1'000};

constexpr milliseconds first_pause{50};
/// A wait may last for days, and others are asked each time.
constexpr milliseconds longest_pause{1'000};

/// The cluster has removed this member: no attempt will change that.
class Removed : public Error {
public:
    using Error::Error;
};

/// Repeats `attempt` until it returns true. Its Error is a reason to wait, told when it is new.
template <typename Attempt>
void until_done(EventLoop& loop, const EtcdMemberTell& tell, const std::string& what,
                Attempt&& attempt) {
    std::string told;
    for (auto pause = first_pause;; loop.pause_until(EventLoop::Clock::now() + pause)) {
        try {
            if (attempt()) {
                return;
            }
        } catch (const Removed&) {
            throw;
        } catch (const Error& error) {
            if (error.message() != told) {
                told = error.message();
                tell(what + told);
            }
        }
        pause = std::min(pause * 2, longest_pause);
    }
}

EtcdConnector connector(const EtcdMemberOptions& options, EventLoop& loop) {
    Kubeconfig credentials;
    credentials.certificate_authority = read_file(options.ca);
    credentials.client_certificate = read_file(options.certificate);
    credentials.client_key = read_file(options.key);
    return etcd_connector(std::move(credentials), loop);
}

/// Returns URLs without this machine's own, each once, in their order.
std::vector<std::string> others_of(const std::vector<std::string>& urls,
                                   const EtcdMemberOptions& options) {
    std::vector<std::string> others;
    for (const auto& written : urls) {
        const auto url = without_last_slashes(written);
        if (url != options.client_url && !contains(others, url)) {
            others.push_back(url);
        }
    }
    return others;
}

/// Returns where the others are, by what the operator says, or else the cluster. Throws Error if
/// nobody knows.
std::vector<std::string> find_others(const EtcdMemberOptions& options, EventLoop& loop) {
    auto others = others_of(options.peers.empty()
                                ? find_etcd_urls(options.kubeconfig, options.api_servers, loop)
                                : options.peers,
                            options);
    if (others.empty()) {
        throw Error("no other member of etcd is known: " +
                    std::string(options.peers.empty() ? "this is the only control plane"
                                                      : "etcd.peers names this machine alone"));
    }
    return others;
}

/// True once etcd has begun to write its log, after which it takes no initial cluster any more.
bool has_data(const std::string& data) {
    const auto entries = directory_entries(fs::path(data) / "member" / "wal");
    return std::any_of(entries.begin(), entries.end(),
                       [](const auto& path) { return path.extension() == ".wal"; });
}

enum class Standing { member, removed, unknown };

/// Asks those who are known from before whether this machine is a member.
Standing ask_standing(const EtcdMemberOptions& options, const std::optional<MemberNote>& note,
                      EventLoop& loop) {
    auto known = note.value_or(MemberNote{}).peers;
    known.insert(known.end(), options.peers.begin(), options.peers.end());
    try {
        EtcdCluster cluster(connector(options, loop), others_of(known, options), glance);
        const auto members = cluster.list_members();
        const auto* own =
            note ? find_member(members, note->id) : find_member(members, options.name);
        return own != nullptr ? Standing::member : Standing::removed;
    } catch (const Error&) { // etcd may have to start for anybody to answer
        return Standing::unknown;
    }
}

Error removed_by_others(const EtcdMemberOptions& options) {
    return Error("this machine's etcd member " + options.name +
                 " was removed from the cluster, which never takes it back with its old data")
        .try_this("to let it join anew: rm -r " + options.data +
                  "/member; if it is to leave: k8s-node-install reset");
}

/// Returns true if the machine's data are to be used as they are.
bool keeps_data(const EtcdMemberOptions& options, EventLoop& loop, const EtcdMemberTell& tell) {
    if (!has_data(options.data)) {
        return false;
    }
    const auto note = read_member_note(options.note);
    if (ask_standing(options, note, loop) != Standing::removed) {
        return true;
    }
    if (!note || !note->is_entering) {
        throw removed_by_others(options);
    }
    tell("the cluster has removed this member before it had a vote: its data are removed, and it "
         "joins anew");
    return false;
}

void write_environment(const EtcdMemberOptions& options, const std::string& members,
                       const char* state) {
    const fs::path path(options.environment);
    make_directories(path.parent_path());
    write_file_atomically(path,
                          "ETCD_INITIAL_CLUSTER=\"" + members +
                              "\"\nETCD_INITIAL_CLUSTER_STATE=" + state + "\n",
                          {0644, ::geteuid(), ::getegid()});
}

/// Returns where the others are; if nobody can be asked, where they were before.
std::vector<std::string> find_or_remember_others(const EtcdMemberOptions& options,
                                                 EventLoop& loop) {
    try {
        return find_others(options, loop);
    } catch (const Error&) {
        const auto note = read_member_note(options.note);
        if (!note || note->peers.empty()) {
            throw;
        }
        return note->peers;
    }
}

/// The first member of a new cluster.
void begin(const EtcdMemberOptions& options) {
    write_environment(options, options.name + "=" + options.peer_url, "new");
}

/// A machine that has begun a cluster does so once: without its data it is a stranger to the
/// others, and alone it would serve an empty cluster in place of the one that it had.
void require_others(const EtcdMemberOptions& options, EventLoop& loop) {
    try {
        static_cast<void>(find_or_remember_others(options, loop));
    } catch (const Error& error) {
        throw Error("the data of etcd in " + options.data +
                    " are gone, and this machine knows of no other member: " + error.message())
            .try_this("mount the directory, or restore a snapshot (etcdutl snapshot restore); to "
                      "join others, k8s-node-install reset and then their join data; to begin an "
                      "empty cluster, k8s-node-install reset and the install");
    }
}

/// One attempt.
void enter(const EtcdMemberOptions& options, EventLoop& loop, const EtcdMemberTell& tell) {
    const auto connect = connector(options, loop);
    EtcdCluster cluster(connect, find_or_remember_others(options, loop));
    const auto entered =
        Entry(cluster, connect, {options.name, options.peer_url}, options.lock_time, tell).enter();
    write_member_note(options.note,
                      {entered.id, /*is_entering=*/true,
                       others_of(client_urls_of_others(entered.members, entered.id), options)});
    write_environment(options, initial_cluster(entered, options.name), "existing");
}

/// One member's promotion.
class Promotion {
public:
    Promotion(const EtcdMemberOptions& options, EventLoop& loop, const EtcdMemberTell& tell)
        : options_(options), loop_(loop), tell_(tell) {}

    /// One attempt; true once this member knows of its vote.
    bool has_vote() {
        const auto connect = connector(options_, loop_);
        EtcdCluster here(connect, {options_.endpoint});
        const auto status = here.ask("/v3/maintenance/status", json::object());
        const auto id = answering_member(status);
        if (!cluster::flag_at(status, "isLearner")) {
            finish(here, id);
            return true;
        }
        EtcdCluster others(connect, known_others());
        ask_for_vote(others, id);
        return false;
    }

private:
    std::vector<std::string> known_others() {
        const auto note = read_member_note(options_.note);
        return note && !note->peers.empty() ? note->peers : find_others(options_, loop_);
    }

    void ask_for_vote(EtcdCluster& others, std::uint64_t id) {
        const auto members = others.list_members();
        const auto* own = find_member(members, id);
        if (own == nullptr) {
            throw Removed("etcd member " + options_.name +
                          " was removed from the cluster before it had a vote");
        }
        if (!own->is_learner) {
            throw Error("the others have promoted it, and it does not know that yet");
        }
        MemberLock(others, options_.name, options_.lock_time).take();
        try {
            others.ask("/v3/cluster/member/promote", {{"ID", std::to_string(id)}});
        } catch (const cluster::EtcdError& refusal) {
            throw Error("etcd gives it no vote yet: " + refusal.reason());
        }
    }

    /// The note is for the case that it starts while the others are down.
    void finish(EtcdCluster& here, std::uint64_t id) {
        const auto members = here.list_members();
        const auto note = read_member_note(options_.note);
        if (!note || note->is_entering) {
            tell_("etcd member " + options_.name + " has a vote, as one of " +
                  std::to_string(count_voters(members)));
        }
        write_member_note(options_.note, {id, /*is_entering=*/false,
                                          others_of(client_urls_of_others(members, id), options_)});
        MemberLock(here, options_.name, options_.lock_time).release();
    }

    const EtcdMemberOptions& options_;
    EventLoop& loop_;
    const EtcdMemberTell& tell_;
};

} // namespace

void enter_etcd(const EtcdMemberOptions& options, const EtcdMemberTell& tell) {
    EventLoop loop(interrupt_token());
    if (keeps_data(options, loop, tell)) {
        return;
    }
    const auto note = read_member_note(options.note);
    if (options.begins && !note) {
        begin(options);
        return;
    }
    if (options.begins) {
        require_others(options, loop);
        tell("the data of etcd in " + options.data + " are gone: this machine joins the others");
    }
    fs::remove_all(fs::path(options.data) / "member");
    until_done(loop, tell, "waiting to join etcd: ", [&] {
        enter(options, loop, tell);
        return true;
    });
}

void promote_etcd(const EtcdMemberOptions& options, const EtcdMemberTell& tell) {
    EventLoop loop(interrupt_token());
    Promotion promotion(options, loop, tell);
    until_done(loop, tell, "waiting for a vote in etcd: ", [&] { return promotion.has_vote(); });
}

} // namespace k8s_node

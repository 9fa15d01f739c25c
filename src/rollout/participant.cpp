#include "rollout/participant.hpp"

#include <utility>

#include "cluster/api_client.hpp"
#include "cluster/api_error.hpp"
#include "rollout/wish_collection.hpp"
#include "support/error.hpp"

namespace k8s_node::rollout {

namespace {

/// How often the disk is asked whether the turn has ended.
constexpr std::chrono::seconds look_interval{1};

watch::Collection own_node(const std::string& name) {
    return {"/api/v1/nodes", "fieldSelector=metadata.name%3D" + cluster::escape_segment(name),
            "node " + name};
}

} // namespace

Participant::Participant(EventLoop& loop, ParticipantFiles files, std::string node,
                         Observer observer)
    : loop_(loop), files_(std::move(files)), node_(std::move(node)),
      observer_(std::move(observer)) {
    begin_watch();
    observer_.ready();
}

void Participant::begin_watch() {
    try {
        connection_.emplace(loop_, read_kubeconfig(files_.kubeconfig, Root()));
    } catch (const Error& error) { // a node that joins has no identity yet
        lose(error.message());
        retry_ = loop_.after(back_off_.next(), [this] { begin_watch(); });
        return;
    }
    wish_watch_.emplace(*connection_, wish_collection(), wish_observer());
    node_watch_.emplace(*connection_, own_node(node_), node_observer());
}

/// Kubelet renews the certificate in its files; the old one is good until it is refused.
void Participant::renew_credentials() {
    try {
        connection_->credentials = read_kubeconfig(files_.kubeconfig, Root());
    } catch (const Error& error) {
        lose(error.message());
    }
}

watch::ListWatch::Observer Participant::wish_observer() {
    return {
        .begun = [this] { wish_.reset(); },
        .seen = [this](const Json& object) { wish_ = read_wish(object); },
        .gone = [this](const Json&) { wish_.reset(); },
        .current =
            [this] {
                lost_.clear();
                look_soon();
            },
        .lost = [this](const std::string& why) { lose(why); },
        .refused = [] {},
    };
}

watch::ListWatch::Observer Participant::node_observer() {
    return {
        .begun = [this] { said_.reset(); },
        .seen = [this](const Json& node) { said_ = report_text_of(node); },
        .gone = [this](const Json&) { said_.reset(); },
        .current = [this] { look_soon(); },
        .lost = [this](const std::string& why) { lose(why); },
        .refused = [] {},
    };
}

void Participant::lose(const std::string& why) {
    if (std::exchange(lost_, why) != why) {
        observer_.log(Priority::notice, "waits for news of the cluster: " + why);
    }
    if (connection_) { // before the next attempt, and not while libcurl points to the old ones
        renewal_ = loop_.defer([this] { renew_credentials(); });
    }
    look_soon();
}

/// Several pieces of news are one reason to look, and observers must not end their own watch.
void Participant::look_soon() {
    soon_ = loop_.defer([this] { look(); });
}

void Participant::look() {
    try {
        const auto report = wanted_report();
        tell_status(report);
        if (said_ && *said_ != to_text(report)) {
            say(to_text(report));
        }
    } catch (const Error& error) {
        observer_.log(Priority::warning, error.message());
        turn_look_ = loop_.after(back_off_.next(), [this] { look(); });
    }
}

/// Returns what this node has to say, after it has begun the turn that it has said it begins.
Report Participant::wanted_report() {
    auto turn = read_turn(files_.root);
    auto result = read_result(files_.root);
    if (!turn && is_given(result)) {
        const Report beginning{Progress::running, wish_->key(), ""};
        if (said_ != to_text(beginning)) {
            return beginning;
        }
        turn = Turn{wish_->key(), wish_->release, wish_->release_text, wish_->configuration};
        write_turn(files_.root, *turn);
        observer_.log(Priority::notice, "the turn of this node begins: Kubernetes " +
                                            wish_->release +
                                            " (journalctl -u k8s-node-rollout-turn)");
    }
    if (!turn) {
        return result;
    }
    turn_look_ = loop_.after(look_interval, [this] { look(); });
    return {Progress::running, turn->key, ""};
}

/// True if it is the turn of this node, and it has not had it.
bool Participant::is_given(const Report& result) const {
    return wish_ && wish_->state == State::running && wish_->turns.contains(node_) &&
           result.key != wish_->key();
}

void Participant::say(const std::string& report) {
    if (request_) {
        return; // its answer is a reason to look again
    }
    const Json patch = {{"metadata", {{"annotations", {{report_annotation, report}}}}}};
    const auto failed = [this](const std::string& why) {
        lose(why);
        turn_look_ = loop_.after(back_off_.next(), [this] { look(); });
    };
    request_.emplace(*connection_,
                     cluster::HttpRequest{"PATCH", cluster::node_path(node_),
                                          "application/merge-patch+json", patch.dump()},
                     cluster::request_time,
                     watch::ApiRequest::Observer{
                         [this, report, failed](const cluster::HttpReply& reply) {
                             request_.reset();
                             if (reply.status != 200) {
                                 failed(
                                     cluster::api_error(reply, "annotate node " + node_).message());
                                 return;
                             }
                             back_off_.reset();
                             said_ = report;
                             observer_.log(Priority::info, "reported: " + report);
                             look_soon();
                         },
                         [this, failed](const std::exception_ptr& failure) {
                             request_.reset();
                             try {
                                 std::rethrow_exception(failure);
                             } catch (const Error& error) {
                                 failed(error.message());
                             }
                         }});
}

void Participant::tell_status(const Report& report) {
    auto text = report.progress == Progress::idle ? "waits for its turn in a rollout"
                                                  : "its last turn: " + to_text(report);
    if (report.progress == Progress::running) {
        text = "its turn goes on (journalctl -u k8s-node-rollout-turn)";
    }
    text += lost_.empty() ? "" : "; no news of the cluster: " + lost_;
    if (std::exchange(status_, text) != text) {
        observer_.status(text);
    }
}

} // namespace k8s_node::rollout

#include "watch/list_watch.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cluster/api_error.hpp"
#include "cluster/api_path.hpp"
#include "cluster/json_text.hpp"

namespace k8s_node::watch {

namespace {

using cluster::part_at;
using cluster::text_at;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A page of Node objects is then a few megabytes.
constexpr int page_size = 100;
/// The server ends a watch within this time to twice that, so that its clients spread.
constexpr seconds watch_time{300};
/// A watch that ends sooner and brought nothing has failed.
constexpr seconds shortest_watch{5};

constexpr long gone = 410;

bool is_refusal(long status) {
    return status == 401 || status == 403;
}

} // namespace

ListWatch::ListWatch(ApiConnection& connection, Collection collection, Observer observer)
    : connection_(connection), collection_(std::move(collection)), observer_(std::move(observer)) {
    list("");
}

void ListWatch::send(const std::string& query, milliseconds time,
                     std::function<void(const cluster::HttpReply&)> answered,
                     cluster::Transport::Sink sink) {
    auto path = collection_.path + "?" + query;
    if (!collection_.selector.empty()) {
        path += "&" + collection_.selector;
    }
    const auto guarded = [this, answered = std::move(answered)](const cluster::HttpReply& reply) {
        try {
            answered(reply);
        } catch (const Error&) {
            fail(std::current_exception());
        }
    };
    request_.emplace(connection_, cluster::HttpRequest{"GET", std::move(path)}, time,
                     ApiRequest::Observer{guarded, [this](const auto& failure) { fail(failure); }},
                     std::move(sink));
}

void ListWatch::list(const std::string& next_page) {
    auto query = "limit=" + std::to_string(page_size);
    if (!next_page.empty()) {
        query += "&continue=" + cluster::escape_segment(next_page);
    }
    send(query, cluster::request_time, [this, is_first = next_page.empty()](const auto& reply) {
        if (is_first && reply.status == 200) {
            observer_.begun();
        }
        take_page(reply);
    });
}

void ListWatch::take_page(const cluster::HttpReply& reply) {
    if (is_refusal(reply.status)) {
        observer_.refused();
    }
    if (reply.status != 200) {
        throw cluster::api_error(reply, "list " + collection_.title);
    }
    const auto page = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
    const auto items = page.is_object() ? page.find("items") : page.end();
    if (items == page.end() || !items->is_array()) {
        throw cluster::ConnectionError("the API server sent no list of " + collection_.title);
    }
    for (const auto& item : *items) {
        observer_.seen(item);
    }
    const auto metadata = part_at(page, "metadata");
    if (const auto next = text_at(metadata, "continue"); !next.empty()) {
        list(next);
        return;
    }
    version_ = text_at(metadata, "resourceVersion");
    observer_.current();
    watch();
}

void ListWatch::watch() {
    parser_ = {};
    const auto time = std::chrono::duration_cast<seconds>(watch_time * (1 + back_off_.random()));
    watch_began_ = EventLoop::Clock::now();
    send(
        "watch=true&allowWatchBookmarks=true&resourceVersion=" + cluster::escape_segment(version_) +
            "&timeoutSeconds=" + std::to_string(time.count()),
        time + shortest_watch, [this](const auto& reply) { end_watch(reply); },
        [this](std::string_view chunk) { return take_chunk(chunk); });
}

/// libcurl calls this and must not be called by what follows from the events.
cluster::Flow ListWatch::take_chunk(std::string_view chunk) {
    auto events = parser_.feed(chunk);
    if (!events.empty()) {
        std::ranges::move(events, std::back_inserter(events_));
        later_ = connection_.loop.defer([this] {
            try {
                digest();
            } catch (const Error&) {
                fail(std::current_exception());
            }
        });
    }
    return cluster::Flow::go_on;
}

void ListWatch::digest() {
    const auto events = std::exchange(events_, {});
    for (const auto& event : events) {
        take_event(event);
    }
    if (!events.empty()) {
        back_off_.reset();
        observer_.current();
    }
}

void ListWatch::take_event(const cluster::WatchEvent& event) {
    using enum cluster::WatchEventType;
    if (event.type == error) {
        const auto code = event.object.is_object() ? event.object.value("code", Json{}) : Json{};
        throw cluster::ApiError("the API server ended the watch of " + collection_.title + ": " +
                                    text_at(event.object, "message"),
                                code.is_number() ? code.get<long>() : 0, "");
    }
    version_ = text_at(part_at(event.object, "metadata"), "resourceVersion");
    if (event.type == deleted) {
        observer_.gone(event.object);
    } else if (event.type != bookmark) {
        observer_.seen(event.object);
    }
}

void ListWatch::end_watch(const cluster::HttpReply& reply) {
    if (reply.status != 200) {
        throw cluster::api_error(reply, "watch " + collection_.title);
    }
    later_.reset();
    digest();
    if (EventLoop::Clock::now() - watch_began_ < shortest_watch) {
        throw cluster::ConnectionError("the API server ended the watch of " + collection_.title);
    }
    back_off_.reset();
    watch();
}

void ListWatch::fail(const std::exception_ptr& failure) {
    later_.reset();
    events_.clear();
    seconds asked_for{0};
    try {
        std::rethrow_exception(failure);
    } catch (const cluster::ApiError& error) {
        asked_for = error.retry_after();
        if (error.code() != gone) { // which only means that too much has happened meanwhile
            observer_.lost(error.message());
        }
    } catch (const Error& error) {
        observer_.lost(error.message());
    }
    request_.reset();
    pause_ = connection_.loop.after(back_off_.next(asked_for), [this] { list(""); });
}

} // namespace k8s_node::watch

#include "watch/followed.hpp"

#include <utility>

namespace k8s_node::watch {

Followed::Followed(ApiConnection& connection, Collection collection, Observer observer)
    : observer_(std::move(observer)),
      lost_("the API server at " + connection.credentials.server + " has not answered"),
      watch_(connection, collection, list_observer(collection.title)) {}

ListWatch::Observer Followed::list_observer(const std::string& title) {
    return {.begun =
                [this] {
                    is_current_ = false;
                    observer_.begun();
                },
            .seen = observer_.seen,
            .gone = observer_.gone,
            .current =
                [this] {
                    is_current_ = true;
                    lost_.clear();
                    observer_.changed();
                },
            .lost = [this, title](const std::string& why) { lose(title, why); },
            .refused = observer_.refused};
}

void Followed::lose(const std::string& title, const std::string& why) {
    is_current_ = false;
    if (std::exchange(lost_, why) != why) {
        observer_.log("waits for " + title + ": " + why);
    }
    observer_.changed();
}

} // namespace k8s_node::watch

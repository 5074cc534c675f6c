#include "iatk/net/worker_pool.h"

#include <pthread.h>

#include <csignal>
#include <utility>

namespace iatk::net {

WorkerPool::~WorkerPool() {
  std::deque<std::function<void()>> dropped;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(queue_);
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void WorkerPool::Submit(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(work));
  if (queue_.size() <= idle_) {
    changed_.notify_one();
    return;
  }
  if (threads_.size() >= max_threads_) return;
  // Signals are the loop's thread's business.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  threads_.emplace_back([this] { Work(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void WorkerPool::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    while (queue_.empty()) {
      if (closed_) return;
      ++idle_;
      changed_.wait(lock);
      --idle_;
    }
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

}  // namespace iatk::net

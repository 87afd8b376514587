"""Be a Dask cluster on 127.0.0.1 until the input ends; says the scheduler's address and the numbers of the workers' processes."""

from __future__ import annotations

import sys

from distributed import LocalCluster

if __name__ == "__main__":
    cluster = LocalCluster(n_workers=int(sys.argv[1]), threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
                           worker_dashboard_address=None, silence_logs=60, memory_limit=0)  # fmt: skip
    sys.stdout.write(" ".join([cluster.scheduler_address, *(str(worker.pid) for worker in cluster.workers.values())]) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    cluster.close()

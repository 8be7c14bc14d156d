"""Many units, many draws: run in chunks on dask, streamed into a Zarr store, begun again where it stopped."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numba
import numpy as np
import numpy.typing as npt
import xarray as xr

from popmodel.indicators.catalogue import attributes, catalogue_by_id
from popmodel.projection.many import KIND, Chunk, check_many, chunks_of, part_of, refused_of, run_chunk
from popmodel.scenario.rates import fingerprint
from popmodel.schema import SchemaError, named

RECORDS = "finished"
"""Folder of a store with a record for each finished chunk: what its values hash to."""
DEFAULT = (
    "resident_population", "share_0_14", "share_15_59", "share_60_plus", "births", "deaths", "net_migration",
    "median_age",
)  # fmt: skip
Progress = Callable[[int, int], None]
Arrays = dict[str, npt.NDArray[np.float32]]
Job = tuple[str, xr.DataArray, xr.Dataset, list[str], Any]
"""What every chunk of a run needs: store, stocks, drivers, indicators, timing."""


def project_many(
    population: xr.DataArray,
    drivers: xr.Dataset,
    store: str | Path,
    *,
    indicators: Sequence[str] = DEFAULT,
    chunk: tuple[int, int] = (32, 1000),
    cluster: str | None = None,
    progress: Progress | None = None,
    timing: Literal["even", "end"] = "even",
) -> xr.Dataset:
    """Project many units that have nothing to do with one another, many draws each, into a Zarr store.

    Parameters
    ----------
    population : xarray.DataArray, dims (district, sex, age)
        Stocks of the units at the start. [persons]
    drivers : xarray.Dataset
        Compact drivers, as `project_indicators` takes them; a rate of the whole is added to each unit's own.
    store : str or pathlib.Path
        Folder of the Zarr store (version 3): a new one, or that of the same run, which is then gone on with.
    indicators : sequence of str
        What is kept of every unit, draw and year, in single precision.
    chunk : tuple of int
        Units and draws of one chunk: a task, and a file of each indicator.
    cluster : str, optional
        Address of a scheduler of dask.distributed, such as "tcp://127.0.0.1:8786"; its workers must see the store under
        the same path. Without one the chunks run on threads of this process, as many as numba has.
    progress : callable, optional
        Called with the number of finished chunks and that of all.
    timing : {"even", "end"}
        As for `project`.

    Returns
    -------
    xarray.Dataset
        The store, opened lazily: the indicators over (unit, draw, year). A future of a unit in which more people would
        leave than may is missing; `attrs["refused"]` is how many are.

    Raises
    ------
    SchemaError
        If the drivers do not fit, the store is one of another run or no store, the cluster cannot be reached or goes
        away (finished chunks are kept), or the extra `scale` is not installed.

    Notes
    -----
    A chunk is recorded when all of its files are written; at the start its values are read and hashed again, and one
    that does not agree is run again. The bytes of the store depend on drivers, chunks and versions alone, not on the
    scheduler, the number of workers or how often the run was stopped.

    Examples
    --------
    >>> schedules = pm.read_schedules(pm.data_path("reference/china_counties"))
    >>> base = pm.base_of_units(counties.isel(unit=[0, 1]), schedules)
    >>> drivers = pm.draw_units(base, counties, draws=2, years=3, spread=0.1, seed=1)
    >>> out = pm.project_many(base["population"], drivers, "two", chunk=(1, 2))
    >>> dict(out["births"].sizes)
    {'unit': 2, 'draw': 2, 'year': 4}
    """
    _extra("dask"), _extra("zarr")
    names = list(dict.fromkeys(indicators))
    if not names or min(chunk) < 1:
        raise SchemaError(f"project_many: {len(names)} indicators in chunks of {chunk}. Give 1 or more of each.")
    check_many(population, drivers, names)
    folder = Path(store).absolute()
    run = _identity(population, drivers, names, chunk, timing)
    if folder.exists():
        _same_run(folder, run)
    else:
        _create(folder, population, drivers, names, chunk, run)
    every = chunks_of(population.sizes["district"], drivers.sizes.get("draw", 1), size=chunk)
    for left in folder.rglob("*.partial"):
        left.unlink()  # half a file of a run that was killed
    done = [one for one in every if _finished(folder, one, names)]
    open_ = [one for one in every if one not in done]
    report = progress or (lambda _finished, _all: None)
    report(len(done), len(every))
    job: Job = (str(folder), population, drivers, names, timing)
    count = len(done)

    def finished() -> None:
        nonlocal count
        count += 1
        report(count, len(every))

    (_on_threads if cluster is None else _on_cluster(cluster))(job, open_, finished)
    found: xr.Dataset = xr.open_zarr(folder, consolidated=False)[names]
    records = [json.loads(record.read_text(encoding="utf-8")) for record in (folder / RECORDS).glob("*-*.json")]
    return found.assign_attrs(refused=sum(record["refused"] for record in records))


def _work(
    folder: str, chunk: Chunk, population: xr.DataArray, drivers: xr.Dataset, names: list[str], timing: Any
) -> str:
    """Run one chunk and write it: its files first, then its record."""
    values = run_chunk(population, drivers, names, timing)
    zarr = _extra("zarr")
    group = zarr.open_group(folder, mode="r+", use_consolidated=False)
    for name in names:
        group[name][slice(*chunk.units), slice(*chunk.draws)] = values[name]
    record = Path(folder) / RECORDS / f"{chunk.name}.json"
    beside = record.with_suffix(f".{os.getpid()}.partial")
    beside.write_text(
        json.dumps({"blake2b": _digest(values, names), "refused": refused_of(values)}) + "\n", encoding="utf-8"
    )
    beside.replace(record)
    return chunk.name


def _on_threads(job: Job, chunks: list[Chunk], finished: Callable[[], None]) -> None:
    """Run chunks on dask's threads in this process."""
    dask, callbacks = _extra("dask"), _extra("dask.callbacks")
    folder, population, drivers, names, timing = job

    def one(chunk: Chunk) -> str:
        return _work(folder, chunk, *part_of(population, drivers, chunk), names, timing)

    tasks = [dask.delayed(one, pure=False)(chunk, dask_key_name=f"chunk-{chunk.name}") for chunk in chunks]

    def after(key: str, *_: object) -> None:
        if str(key).startswith("chunk-"):
            finished()

    with callbacks.Callback(posttask=after):
        dask.compute(*tasks, scheduler="threads", num_workers=numba.get_num_threads())


def _on_cluster(address: str) -> Callable[[Job, list[Chunk], Callable[[], None]], None]:
    """Return what runs chunks on a cluster."""
    distributed = _extra("distributed")

    def run(job: Job, chunks: list[Chunk], finished: Callable[[], None]) -> None:
        folder, population, drivers, names, timing = job
        done = 0
        try:
            with distributed.Client(address) as client:
                waiting = iter(chunks)
                # Few at a time: the drivers of a chunk go to the worker with it.
                window = 2 * max(1, sum(client.nthreads().values()))

                def submit(chunk: Chunk) -> Any:
                    return client.submit(
                        _work, folder, chunk, *part_of(population, drivers, chunk), names, timing, pure=False, retries=0
                    )

                running = distributed.as_completed([submit(chunk) for chunk in islice(waiting, window)])
                for future in running:
                    future.result()
                    done += 1
                    finished()
                    following = next(waiting, None)
                    if following is not None:
                        running.add(submit(following))
        except SchemaError:
            raise
        except Exception as error:  # whatever a lost connection, worker or scheduler raises: dask has many
            why = " ".join(str(error).split())
            raise SchemaError(
                f"project_many: the cluster at {address} cannot be reached, or went away after {done} of {len(chunks)} "
                f"chunks ({type(error).__name__}: {why}). Finished chunks are kept in {folder}: start again with the "
                "same arguments, on a cluster that is there."
            ) from error

    return run


def _identity(
    population: xr.DataArray, drivers: xr.Dataset, names: list[str], chunk: tuple[int, int], timing: str
) -> str:
    """What a run is known by: all that its bytes depend on."""
    parts = (
        fingerprint(population.rename("population").to_dataset()), fingerprint(drivers), names, list(chunk), timing,
        version("popmodel"), version("zarr"),
    )  # fmt: skip
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


def _same_run(folder: Path, run: str) -> None:
    try:
        found = json.loads((folder / "zarr.json").read_text(encoding="utf-8"))["attributes"]["popmodel_run"]
    except (OSError, ValueError, KeyError, TypeError):
        raise SchemaError(
            f"{folder}: this is there already and is no store of project_many. Choose another folder."
        ) from None
    if found != run:
        raise SchemaError(
            f"{folder}: this store is of another run (other drivers, units, indicators, chunks or versions). Choose "
            "another folder, or remove this one."
        )


def _create(
    folder: Path, population: xr.DataArray, drivers: xr.Dataset, names: list[str], chunk: tuple[int, int], run: str
) -> None:
    """Make an empty store beside its place, and move it there whole."""
    zarr = _extra("zarr")
    periods = [int(period) for period in drivers["period"].to_numpy()]
    numbers = drivers["draw"].to_numpy() if "draw" in drivers.coords else np.arange(drivers.sizes.get("draw", 1))
    years = np.array([periods[0] - 1, *periods])
    codes = np.array([str(code) for code in population["district"].to_numpy()])
    beside = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    group = zarr.open_group(beside, mode="w", zarr_format=3)
    known = catalogue_by_id()
    shape = (len(codes), len(numbers), len(years))
    for name in names:
        own = {key: value for key, value in attributes(known[name]).items() if isinstance(value, str | int)}
        group.create_array(
            name, shape=shape, chunks=(min(chunk[0], shape[0]), min(chunk[1], shape[1]), shape[2]), dtype=KIND,
            fill_value=np.nan, dimension_names=("unit", "draw", "year"), attributes=own,
        )  # fmt: skip
    labels: dict[str, npt.NDArray[Any]] = {
        "unit": codes.astype(np.dtypes.StringDType()),
        "draw": numbers.astype(np.int64),
        "year": years,
    }
    for name, values in labels.items():
        group.create_array(name, data=values, dimension_names=(name,))
    group.attrs.update({"popmodel_run": run, "popmodel": version("popmodel")})
    group.create_group(RECORDS)
    beside.replace(folder)


def _finished(folder: Path, chunk: Chunk, names: list[str]) -> bool:
    """Whether a chunk is recorded, and holds what was recorded."""
    record = folder / RECORDS / f"{chunk.name}.json"
    try:
        said = json.loads(record.read_text(encoding="utf-8"))["blake2b"]
        group = _extra("zarr").open_group(folder, mode="r", use_consolidated=False)
        values = {name: np.asarray(group[name][slice(*chunk.units), slice(*chunk.draws)]) for name in names}
    except (OSError, ValueError, KeyError, RuntimeError):
        return False
    return bool(said == _digest(values, names))


def _digest(values: Arrays, names: Sequence[str]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name in names:
        digest.update(np.ascontiguousarray(values[name]).tobytes())
    return digest.hexdigest()


def _extra(name: str) -> ModuleType:
    """Import a part of the extra `scale`."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise SchemaError(
            f"project_many needs {named([name.partition('.')[0]])}. Install the extra: pip install 'popmodel[scale]'."
        ) from error

import type { Scene } from '../stage.ts';

// Draws the night city.
export const nightCityScene: Scene = {
  id: 'night-city',
  prepare(stage) {
    return (context, timeSeconds) => {
      const sky = context.createLinearGradient(0, 0, 0, stage.height);
      sky.addColorStop(0, '#0b0620');
      sky.addColorStop(1, '#c23a9a');
      context.fillStyle = sky;
      context.fillRect(0, 0, stage.width, stage.height);
      context.fillStyle = '#ffd27a';
      context.fillRect((timeSeconds * 40) % stage.width, stage.height / 2, 40, 40);
    };
  },
};
